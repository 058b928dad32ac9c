// Says so when the network is gone. Polls keep their own clock and go on by themselves.
const notice = document.getElementById("offline");
const tell = () => { notice.hidden = navigator.onLine; };

addEventListener("online", tell);
addEventListener("offline", tell);
tell();
