/// The command line `slipway`: entry point, exit codes, and the commands that need no service.
/// Holds no logic the API lacks.
@NullMarked
package dev.slipway.cli;

import org.jspecify.annotations.NullMarked;
