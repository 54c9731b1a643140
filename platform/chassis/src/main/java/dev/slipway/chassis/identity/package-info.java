/// Who calls, and how this service calls others: users by bearer token, services by client
/// certificate, one identity with roles for both. No knowledge of what a route does.
@NullMarked
package dev.slipway.chassis.identity;

import org.jspecify.annotations.NullMarked;
