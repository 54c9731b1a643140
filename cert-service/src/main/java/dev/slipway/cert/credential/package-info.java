/// What opens SSH sessions, sudo and registries of images, sent once by its owner and never shown
/// again. Checked when it is sent, so that an unusable key is told to the one who can mend it; kept
/// sealed, handed out by `material` only.
@NullMarked
package dev.slipway.cert.credential;

import org.jspecify.annotations.NullMarked;
