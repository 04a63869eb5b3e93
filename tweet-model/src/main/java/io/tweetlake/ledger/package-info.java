/** The ledger of a lake table: what has been published, as JSON beside the data. See ADR 15. */
@NullMarked
package io.tweetlake.ledger;

import org.jspecify.annotations.NullMarked;
