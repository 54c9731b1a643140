/// Requests to clusters' API servers. Knows the API's types and how a client proves itself, not how
/// a server is reached.
@NullMarked
package dev.slipway.executor.kube;

import org.jspecify.annotations.NullMarked;
