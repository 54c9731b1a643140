package dev.slipway.planner.content;

import dev.slipway.contracts.id.ContentDigest;
import java.util.UUID;

/// A content that is there, whole.
///
/// @param id of the upload that brought it
/// @param size in bytes
record StoredContent(UUID id, ContentDigest digest, long size) {}
