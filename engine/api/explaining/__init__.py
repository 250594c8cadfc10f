"""What can be asked about decisions beyond one explanation: requests, results and their parts, a file a topic."""
