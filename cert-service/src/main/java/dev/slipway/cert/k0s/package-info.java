/// What hosts join clusters of k0s with, and by which these know it. Made of a run's tokens when an
/// order that names it is redeemed, and kept nowhere.
@NullMarked
package dev.slipway.cert.k0s;

import org.jspecify.annotations.NullMarked;
