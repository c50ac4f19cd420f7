"""What picklereg ships for third-party libraries: one module a library, reached through entry points alone.

Names are enough for most: an entry point's value is then the library's own module, and there is nothing here.
"""
