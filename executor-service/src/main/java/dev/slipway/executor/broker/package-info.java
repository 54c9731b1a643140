/// Whether the broker is set up so that the promises hold: looked at once, at the start. Pure rules
/// in [dev.slipway.executor.broker.BrokerRules]; the rest asks and tells.
@NullMarked
package dev.slipway.executor.broker;

import org.jspecify.annotations.NullMarked;
