/// How things look: output formats, tables, times, terminals. Knows no service.
@NullMarked
package dev.slipway.cli.print;

import org.jspecify.annotations.NullMarked;
