/// What the parts of the local stack are: how database, broker and services are started, when they
/// serve, and the process that supervises them. The supervisor itself is in
/// `dev.slipway.local.supervisor`.
@NullMarked
package dev.slipway.local.part;

import org.jspecify.annotations.NullMarked;
