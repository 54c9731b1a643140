/// The content store: public files by their SHA-256, for what is too long to stand in an order.
/// Holds no secret; executors fetch what an order names.
@NullMarked
package dev.slipway.planner.content;

import org.jspecify.annotations.NullMarked;
