/** Streams of files and random reads through each library that a Java program has for them. */
@NullMarked
package io.fluxring.benchmarks.files;

import org.jspecify.annotations.NullMarked;
