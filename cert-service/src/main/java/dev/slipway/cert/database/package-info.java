/// How this service's values become parameters of a statement. Knows no table.
@NullMarked
package dev.slipway.cert.database;

import org.jspecify.annotations.NullMarked;
