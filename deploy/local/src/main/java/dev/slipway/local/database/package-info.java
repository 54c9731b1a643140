/// A real PostgreSQL server from binaries on the class path: unpacked once, kept data, scram
/// passwords from the first second, loopback TCP only, one database and three roles per service.
/// Knows nothing of the services but their names.
@NullMarked
package dev.slipway.local.database;

import org.jspecify.annotations.NullMarked;
