"""Who wants to be pickled how: registrations, exception sets, lookup, and what is put into ``copyreg``."""
