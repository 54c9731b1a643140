/// How the command line talks to the services: HTTPS with the configured CA and token, problems as
/// exceptions, server-sent events. Knows no command.
@NullMarked
package dev.slipway.cli.api;

import org.jspecify.annotations.NullMarked;
