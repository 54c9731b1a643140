/// Files that only their owner may read, written whole or not at all. A seam: it knows no part of
/// the stack.
@NullMarked
package dev.slipway.local.files;

import org.jspecify.annotations.NullMarked;
