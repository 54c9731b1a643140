/// What an executor is told to do: the order, its steps and its signature, and the two functions
/// every writer of steps needs (paths and shell quoting on hosts).
@NullMarked
package dev.slipway.contracts.order;

import org.jspecify.annotations.NullMarked;
