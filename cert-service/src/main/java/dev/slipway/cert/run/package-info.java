/// What this service must know of runs: which of them may not have materials any more. Follows
/// `slipway.runs`; decides nothing about a run.
@NullMarked
package dev.slipway.cert.run;

import org.jspecify.annotations.NullMarked;
