/** Random reads from one file: the counterpart of fio's io_uring engine. */
package io.fluxring.benchmarks.reads;
