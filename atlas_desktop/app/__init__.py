"""The program without a screen: sessions, connections, the list of calls, reviewing, commands. No Qt."""
