// The page of one call: the player does the work.
import "./player.js";
