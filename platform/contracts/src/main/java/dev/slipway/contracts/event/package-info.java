/// What the services tell each other: one sealed interface a topic, its records nested in it, in
/// the past tense. No logic beyond validation.
@NullMarked
package dev.slipway.contracts.event;

import org.jspecify.annotations.NullMarked;
