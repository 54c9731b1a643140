/// Test fixtures over the local stack's own parts: a real broker and a real database per JVM, real
/// certificates, tokens and order keys. Nothing here is a stand-in.
@NullMarked
package dev.slipway.testkit;

import org.jspecify.annotations.NullMarked;
