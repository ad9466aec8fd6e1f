package io.rqorchestrator.cli;

import java.nio.file.Path;

/**
 * The directory in which a user's pools have their control sockets.
 *
 * @param user the user's name
 * @param own whether it is the directory of the user who runs this command
 */
record SocketDirectory(Path path, String user, boolean own) {}
