/// What operators see: names of metrics, the keys of log lines, the trace that runs through topics.
@NullMarked
package dev.slipway.chassis.telemetry;

import org.jspecify.annotations.NullMarked;
