/// Processes of this machine as Linux shows them under `/proc`: who they are beyond their pid,
/// whether they live, who holds a port. A seam: it knows no part of the stack.
@NullMarked
package dev.slipway.local.process;

import org.jspecify.annotations.NullMarked;
