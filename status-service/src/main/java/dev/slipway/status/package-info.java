/// The read side: consumes every topic, stores what it says in its own database and serves it over
/// REST and server-sent events. It decides nothing; if it is down, runs go on. One package a noun;
/// `intake` and `stream` are what the features stand on and import none of them.
@NullMarked
package dev.slipway.status;

import org.jspecify.annotations.NullMarked;
