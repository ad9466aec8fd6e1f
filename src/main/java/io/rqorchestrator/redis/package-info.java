/**
 * Edge: Redis through Jedis. Every key name is in {@code RqKeys}, every parser in {@code RqFields}.
 */
@NullMarked
package io.rqorchestrator.redis;

import org.jspecify.annotations.NullMarked;
