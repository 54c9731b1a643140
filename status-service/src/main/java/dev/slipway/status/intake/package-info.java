/// From Kafka to a transaction: decodes a batch, cleans what hosts and executors wrote, applies the
/// batch in one transaction and parks what can't be applied, so that nothing stops a topic. It
/// knows no feature.
@NullMarked
package dev.slipway.status.intake;

import org.jspecify.annotations.NullMarked;
