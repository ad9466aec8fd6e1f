/**
 * Access to Redis through Jedis. All key names are in {@code RqKeys}, all parsers in {@code
 * RqFields}.
 */
@NullMarked
package io.rqorchestrator.redis;

import org.jspecify.annotations.NullMarked;
