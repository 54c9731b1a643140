/// The one way to the database: transactions that see one tenant (role `app`) or all (role
/// `worker`), in the database's own time. Row-level security is forced; migrations run as `owner`.
/// No table of a service.
@NullMarked
package dev.slipway.chassis.database;

import org.jspecify.annotations.NullMarked;
