/// Commands on the local stack: doctor, up, status, down, demo.
@NullMarked
package dev.slipway.cli.stack;

import org.jspecify.annotations.NullMarked;
