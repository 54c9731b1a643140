/// Commands on runs: watching, logs, pause, resume, cancel, retry, and what `get` and `describe`
/// show.
@NullMarked
package dev.slipway.cli.run;

import org.jspecify.annotations.NullMarked;
