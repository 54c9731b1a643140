/// What a cluster's own registries of images are brought: the certificates by which they show
/// themselves, and whom they let in. Both are made in the moment in which an order for their host
/// is redeemed, and kept nowhere.
@NullMarked
package dev.slipway.cert.registry;

import org.jspecify.annotations.NullMarked;
