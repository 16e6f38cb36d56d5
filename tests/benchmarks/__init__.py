from desktop_app.importing import threads_fall_asleep

# As the program does, before anything here imports numpy.
threads_fall_asleep()
