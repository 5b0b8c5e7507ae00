/**
 * Why a ring was refused: what the host tells about itself, and the words for cause and remedy. For the core alone.
 */
@NullMarked
package io.fluxring.core.refusal;

import org.jspecify.annotations.NullMarked;
