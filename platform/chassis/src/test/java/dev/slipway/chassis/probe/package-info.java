/// A service as small as can be, that the tests of the chassis run: one resource, one table, one
/// topic.
@NullMarked
package dev.slipway.chassis.probe;

import org.jspecify.annotations.NullMarked;
