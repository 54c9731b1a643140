/// What tasks print: pieces of output, each byte kept once however often and in whatever order it
/// is reported, for a day.
@NullMarked
package dev.slipway.status.output;

import org.jspecify.annotations.NullMarked;
