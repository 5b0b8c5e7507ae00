/** The orderings between the application and the kernel in the two queues. */
package io.fluxring.core.ring;
