"""An application that is slow to import, for the measurements of preloading."""

import django.db.models
import pandas
import rq
import sqlalchemy.orm

LIBRARIES = (django, pandas, sqlalchemy)


class AppWorker(rq.Worker):
    """A worker class in the application's module, so that each worker imports the application.

    Users do the same, because otherwise each job imports the application.
    """


def tiny():
    """Do nothing: a job that takes no time."""
