/// What `inspect` reads on a host, as types and within bounds, and the checks that need nothing
/// else. Facts come from hosts, so every value is hostile until it is parsed here. Pure.
@NullMarked
package dev.slipway.planner.inspect;

import org.jspecify.annotations.NullMarked;
