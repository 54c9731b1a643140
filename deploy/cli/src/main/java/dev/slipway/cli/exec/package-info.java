/// `exec`: a command or script on many hosts, its output as it comes, and who did what in the end.
@NullMarked
package dev.slipway.cli.exec;

import org.jspecify.annotations.NullMarked;
