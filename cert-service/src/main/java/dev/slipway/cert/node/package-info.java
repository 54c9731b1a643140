/// The client certificates of kubelets that join without a token. They are made in the moment in
/// which an order for their host is redeemed, and kept nowhere.
@NullMarked
package dev.slipway.cert.node;

import org.jspecify.annotations.NullMarked;
