/// Commands on hosts: trust.
@NullMarked
package dev.slipway.cli.host;

import org.jspecify.annotations.NullMarked;
