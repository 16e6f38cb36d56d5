"""From a video file to the moments it is searched by. The only place that knows PyAV."""
