/// Whole stories: the command line goes in, simulated hosts come out, the local stack runs in
/// between as it does for a user. What a story needs to know of the services it asks them as a user
/// would.
@NullMarked
package dev.slipway.scenarios;

import org.jspecify.annotations.NullMarked;
