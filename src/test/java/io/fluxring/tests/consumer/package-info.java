/** What is published, as a user's own project takes it: by its coordinates, from a repository, by the words of the README. */
@NullMarked
package io.fluxring.tests.consumer;

import org.jspecify.annotations.NullMarked;
